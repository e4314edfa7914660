"""The payment gateway: REST, idempotency, processor, results, live panel, webhooks."""
