"""What areas are like and how much crime they have: frames in, frames out, usable in a notebook.

`explain` predicts each borough by models that have not seen it, `impact` asks those models what one changed feature
would do to their predictions. Nothing here reads a file, a clock or the environment.
"""
