"""Coarse-grained molecular dynamics of BnTm + LiTFSI."""
