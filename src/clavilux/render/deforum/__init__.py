"""The Deforum service: films made by Stable Diffusion on servers of one's own.

`client` speaks one server's HTTP interface, `farm` spreads jobs over several and
sees each of them through, `renderer` puts that behind our renderers' door, and
`fake` is a server that speaks the same without a model, for tests and dry runs.
"""

from clavilux.render.deforum.client import Client as Client
from clavilux.render.deforum.client import JobStatus as JobStatus
from clavilux.render.deforum.farm import Farm as Farm
from clavilux.render.deforum.farm import Outcome as Outcome
from clavilux.render.deforum.farm import Task as Task

__all__ = ["Client", "Farm", "JobStatus", "Outcome", "Task"]
