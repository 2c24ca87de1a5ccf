"""Articles and passages kept and found."""
