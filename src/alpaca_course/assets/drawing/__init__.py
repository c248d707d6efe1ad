"""Drawn pictures of alpacas and of what is not one: canvas, textures, animals, scenes, pictures."""
