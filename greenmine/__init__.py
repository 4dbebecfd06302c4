"""GreenMine (绿矿): China's green-mine regime (绿色矿山) on law as data. ARCHITECTURE.md is the map."""
