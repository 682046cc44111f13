"""Still pictures: data frames in, figures out."""
