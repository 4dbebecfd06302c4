"""Area files (范围文件): GeoJSON, zipped shapefiles and corner lists, recognised by their content, never by their name."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import shapefile
import shapely
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry
from shapely.ops import transform, unary_union

from greenmine.spatial.areas import Area, AreaRefused, from_shape
from greenmine.spatial.corners import read_corners
from greenmine.spatial.projections import refuse_old_systems, to_degrees

LARGEST_FILE = 20_000_000
LARGEST_UNPACKED = 200_000_000
LARGEST_RATIO = 200
ZIP_MAGIC = b"PK\x03\x04"
ENCODINGS = ("utf-8-sig", "gb18030")
POLYGON_TYPES = {shapefile.POLYGON, shapefile.POLYGONZ, shapefile.POLYGONM}


def read_area(content: bytes) -> Area:
    """The area in an uploaded file; AreaRefused says in words why it cannot be read."""
    if len(content) > LARGEST_FILE:
        raise AreaRefused("文件超过 20 MB，请只导出本矿范围", "the file is over 20 MB; export only this mine's area")
    if content.startswith(ZIP_MAGIC):
        return read_shapefile(content)
    text = _decoded(content)
    return read_geojson(text) if text.lstrip().startswith("{") else read_corners(text)


def read_geojson(text: str) -> Area:
    """The area in a GeoJSON geometry, feature or collection (degrees; taken as CGCS2000)."""
    try:
        content = json.loads(text)
        refuse_old_systems(json.dumps(content.get("crs", ""), ensure_ascii=False))
        shapes = [shape_of(geometry) for geometry in _geometries(content)]
    except AreaRefused:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, shapely.errors.ShapelyError):
        raise AreaRefused(
            "文件不是完整的 GeoJSON，请重新导出", "the file is not complete GeoJSON; export it again"
        ) from None
    return from_shape(_one_shape(shapes))


def read_shapefile(content: bytes) -> Area:
    """The area in a zipped shapefile; the .prj must name CGCS2000 (or WGS 84, which is noted)."""
    members = _members(content)
    if "shp" not in members:
        raise AreaRefused("压缩包里没有 .shp 文件", "the archive holds no .shp file")
    if "prj" not in members:
        raise AreaRefused(
            "压缩包里没有 .prj 文件，无法确认坐标系，请一并打包",
            "no .prj file in the archive: the system is unknown; add it",
        )
    wkt = members["prj"].decode("utf-8", "replace")
    transformer = to_degrees(wkt)
    try:
        reader = shapefile.Reader(shp=io.BytesIO(members["shp"]))
        if reader.shapeType not in POLYGON_TYPES:
            raise AreaRefused("图形不是面，请导出面状范围", "the shapes are not polygons; export the area")
        shapes = [shape_of(item.__geo_interface__) for item in reader.iterShapes()]
    except AreaRefused:
        raise
    except Exception:  # noqa: BLE001 -- the reader raises whatever a broken file makes it raise
        raise AreaRefused(
            "shp 文件已损坏或不完整，请重新导出", "the shapefile is broken or incomplete; export it again"
        ) from None
    if transformer is not None:
        shapes = [transform(transformer.transform, one) for one in shapes]
    wgs = "wgs" in wkt.lower() and "2000" not in wkt
    notes = [
        {
            "zh": "文件为 WGS 84，已按 CGCS2000 读取（相差小于 1 米）",
            "en": "the file is WGS 84, read as CGCS2000 (under 1 m apart)",
        }
    ]
    return from_shape(_one_shape(shapes), notes if wgs else ())


def as_geojson(area: Area) -> dict[str, Any]:
    """The area as a GeoJSON geometry, for the page's map."""
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(area.shape))
    return geometry


def _members(content: bytes) -> dict[str, bytes]:
    """The files of an archive by ending, sizes checked before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries) or 1
            if size > LARGEST_UNPACKED or size / packed > LARGEST_RATIO:
                raise AreaRefused(
                    "压缩包解压后过大，可能已损坏", "the archive unpacks to far too much; it may be broken"
                )
            shapes = [entry for entry in entries if entry.filename.lower().endswith(".shp")]
            if len(shapes) > 1:
                raise AreaRefused(
                    "压缩包里有多个 .shp，请只打包一个", "several .shp files in the archive; pack only one"
                )
            wanted = {
                e.filename.lower().rpartition(".")[2]: e
                for e in entries
                if e.filename.lower().endswith((".shp", ".prj"))
            }
            return {ending: archive.read(entry) for ending, entry in wanted.items()}
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError):
        raise AreaRefused("压缩包已损坏、加密或不完整", "the archive is broken, encrypted or incomplete") from None


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise AreaRefused(
        "无法识别文件内容，请提供拐点坐标文本、GeoJSON 或打包的 SHP",
        "not understood: give corner text, GeoJSON or a zipped SHP",
    )


def _geometries(content: dict[str, Any]) -> list[dict[str, Any]]:
    if content["type"] == "FeatureCollection":
        return [feature["geometry"] for feature in content["features"]]
    return [content["geometry"] if content["type"] == "Feature" else content]


def _one_shape(shapes: list[BaseGeometry]) -> BaseGeometry:
    if any(one.geom_type not in ("Polygon", "MultiPolygon") for one in shapes):
        raise AreaRefused("图形不是面，请导出面状范围", "the shapes are not polygons; export the area")
    if len(shapes) == 1:
        return shapes[0]
    return unary_union([one if one.is_valid else shapely.make_valid(one) for one in shapes])
