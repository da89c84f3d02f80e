"""Parts of the suite: interface, host, peer."""
