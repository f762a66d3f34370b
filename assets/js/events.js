// Server-sent events: the part that keeps inboxes and the badge fresh. Its owner is web/events.
