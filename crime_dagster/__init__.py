"""Crime in London: published open data in; one tidy table, models, what-ifs, maps, charts and GIFs out."""
