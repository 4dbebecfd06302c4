import io
import json
import zipfile

import pytest
import shapefile

from greenmine.spatial.areas import AreaRefused, from_rings, from_wkb
from greenmine.spatial.corners import lines, read_corners
from greenmine.spatial.files import read_area

SQUARE = [(103.80, 36.10), (103.82, 36.10), (103.82, 36.12), (103.80, 36.12)]
CGCS2000 = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
XIAN = CGCS2000.replace("GCS_China_Geodetic_Coordinate_System_2000", "GCS_Xian_1980")


def zipped(wkt: str | None, rings: list) -> bytes:
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, shapeType=shapefile.POLYGON) as writer:
        writer.field("name", "C")
        writer.poly(rings)
        writer.record("矿区")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.shp", shp.getvalue())
        if wkt:
            archive.writestr("a.prj", wkt)
    return packed.getvalue()


def test_degrees_are_read_in_either_order():
    one = read_corners("1,103.80,36.10\n2,103.82,36.10\n3,103.82,36.12\n4,103.80,36.12\n")
    other = read_corners("1 36.10 103.80\n2 36.10 103.82\n3 36.12 103.82\n4 36.12 103.80\n")
    assert one.shape.equals(other.shape)
    assert one.contains(103.81, 36.11)
    assert one.contains(103.80, 36.10)
    assert not one.contains(103.83, 36.11)


def test_zone_coordinates_come_back_as_the_degrees_they_are():
    area = read_corners(
        "J1,1,3998000.0,35392000.0\nJ2,1,3998000.0,35394000.0\nJ3,1,4000000.0,35394000.0\nJ4,1,4000000.0,35392000.0"
    )
    assert round(area.hectares) == 400
    west, south, east, north = area.box
    assert (round(west, 2), round(south, 2), round(east, 2), round(north, 2)) == (103.80, 36.11, 103.82, 36.12)


def test_degrees_minutes_seconds_are_read():
    area = read_corners("1 103°48′00″ 36°06′00″\n2 103°49′12″ 36°06′00″\n3 103°49′12″ 36°07′12″")
    assert area.box == pytest.approx((103.8, 36.1, 103.82, 36.12))


def test_a_second_ring_inside_the_first_is_a_hole():
    inner = [(103.805, 36.105), (103.81, 36.105), (103.81, 36.11), (103.805, 36.11)]
    area = from_rings([SQUARE, inner])
    assert not area.contains(103.807, 36.107)
    assert area.contains(103.815, 36.115)
    assert from_wkb(area.wkb).shape.equals(area.shape)


def test_an_easting_without_its_zone_is_refused_with_the_line():
    with pytest.raises(AreaRefused, match="第 1 行的 Y 坐标 392000 没有带号"):
        read_corners("1,3998000,392000\n2,3998000,394000\n3,4000000,394000")


def test_a_line_that_is_no_corner_is_refused_by_number():
    with pytest.raises(AreaRefused, match="第 2 行"):
        read_corners("1,103.80,36.10\n2,103.82\n3,103.82,36.12")


def test_a_point_outside_china_is_refused():
    with pytest.raises(AreaRefused, match="不在我国范围内"):
        from_rings([[(10.0, 36.10), (10.1, 36.10), (10.1, 36.2)]])


def test_a_bow_tie_whose_mending_changes_the_area_is_refused():
    with pytest.raises(AreaRefused, match="自相交"):
        from_rings([[(103.80, 36.10), (103.82, 36.12), (103.82, 36.10), (103.80, 36.12)]])


def test_a_repeated_corner_spike_is_mended_and_noted():
    spike = [*SQUARE[:2], (103.83, 36.10), (103.82, 36.10), *SQUARE[2:]]
    area = from_rings([spike])
    assert area.shape.equals(from_rings([SQUARE]).shape)
    assert "已自动修复" in area.notes[0]["zh"]


def test_a_zipped_shapefile_in_cgcs2000_is_read():
    area = read_area(zipped(CGCS2000, [[*reversed(SQUARE), SQUARE[-1]]]))
    assert area.shape.equals(from_rings([SQUARE]).shape)
    assert area.notes == ()


def test_a_shapefile_in_an_old_system_is_refused():
    with pytest.raises(AreaRefused, match="七参数"):
        read_area(zipped(XIAN, [[*reversed(SQUARE), SQUARE[-1]]]))


def test_a_shapefile_without_prj_is_refused():
    with pytest.raises(AreaRefused, match=r"没有 \.prj"):
        read_area(zipped(None, [[*reversed(SQUARE), SQUARE[-1]]]))


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04garbage",
        b'{"type": "Polygon", "coord',
        b"\xff\xfe\x00\x01",
        b"",
        b"[1,2]",
        b'{"type":"Point","coordinates":[103,36]}',
    ],
)
def test_broken_files_are_refused_in_words(content):
    with pytest.raises(AreaRefused) as refused:
        read_area(content)
    assert refused.value.zh
    assert refused.value.en


def test_geojson_and_the_text_of_corners_give_the_same_area():
    text = json.dumps({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[*SQUARE, SQUARE[0]]]}})
    area = read_area(text.encode())
    assert read_corners("\n".join(lines(area))).shape.equals(area.shape)
