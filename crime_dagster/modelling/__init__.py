"""Models of crime in areas: frames in, frames out, usable in a notebook.

`explain` predicts each borough with models fitted to the others; `what_if` asks those models what one changed feature
would do to their predictions. Nothing here reads a file, a clock or the environment.
"""
