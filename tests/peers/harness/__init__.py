"""What the real-server tests stand on: servers, editor hosts, an MCP client and a counting relay."""
