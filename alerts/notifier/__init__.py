"""From firing alerts to messages: inhibit, silence, group, deduplicate, route, limit. Pure; time is an argument."""
