"""The commands of `./run`: one module each, with `main(argv) -> int`. None imports Django before it needs it."""
