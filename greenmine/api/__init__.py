"""The documented read API and open data (开放接口): what the public desk shows, for other systems. Reads `published` only."""
