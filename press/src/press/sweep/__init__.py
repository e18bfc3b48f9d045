"""Many runs with other parameters, and their comparison."""
