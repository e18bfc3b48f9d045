"""What a thesis tells of itself: functions, lineage, versions."""
