"""What messages say, read from the store at the moment of sealing."""

from monitor.store.views.payloads.alerts import get_alert_payloads
from monitor.store.views.payloads.edits import get_edit_parts, get_edit_payload

__all__ = ["get_alert_payloads", "get_edit_parts", "get_edit_payload"]
