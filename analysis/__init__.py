"""The science: pure functions from tables to tables and figures."""
