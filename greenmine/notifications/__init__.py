"""Notifications (待办与消息): what waits for somebody, and what somebody should know. Rows on desks; mail is optional.

A to-do is addressed to an organisation and a role, or to one person; a message informs and waits for nothing.
"""
