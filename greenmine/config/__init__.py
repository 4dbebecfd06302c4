"""Config: settings, URLs and the commands of `./run`. The only room that knows all the others."""
