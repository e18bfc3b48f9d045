"""Tasks, features, splits, models, searches and scores."""
