"""The only home of Great Expectations: the rules, and one run of them over the staged rows.

Belongs here: rules with code, level, severity and scope; evaluating them through GX; the quarantine that follows.
Does not belong here: messages (domain/messages), thresholds of a country (its data), and opening connections.
"""
