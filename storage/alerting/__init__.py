"""Rows of alerting: rules, alerts, silences, receivers, routes, deliveries. What they mean is said in `alerts`."""
