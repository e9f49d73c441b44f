# Sourced by scripts/bench: the shop's pages, straight from the daemon.
