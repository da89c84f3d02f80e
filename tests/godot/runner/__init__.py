"""What the engine tests stand on: an engine, projects, the search of logs, servers, and test cases in GDScript."""
