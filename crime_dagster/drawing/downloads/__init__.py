"""Downloads for further analysis: tables, a workbook, a GeoPackage."""
