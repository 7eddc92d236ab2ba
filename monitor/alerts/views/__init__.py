"""What mails and digests show of alerts, prepared once: the plain text and the HTML are two prints
of the same view and cannot differ in content.

Order is importance: what happened and when, what it changes, what else is new, changed claims, who
carries it, what was known, what lies ahead, what can be done, why it came.
"""
