"""Places (空间): points and areas in CGCS2000, read from corner lists, GeoJSON and shapefiles, repaired or refused in words.

Everything is kept in degrees (EPSG:4490); areas are measured on the ellipsoid. Opens no database and calls no service.
"""
