"""Files for further work: tables, a workbook, a GeoPackage."""
