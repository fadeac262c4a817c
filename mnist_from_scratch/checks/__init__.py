"""One check per code exercise. They hold the answers: try first, then look."""

