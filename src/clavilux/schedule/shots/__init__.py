"""Shots: music becomes a plan of shots, cut on its bars, each of clips that a model can make."""

from clavilux.schedule.shots.document import ShotPlan as ShotPlan
from clavilux.schedule.shots.document import is_plan as is_plan
from clavilux.schedule.shots.document import read as read
from clavilux.schedule.shots.editing import timeline_of as timeline_of
from clavilux.schedule.shots.planning import plan_shots as plan_shots

__all__ = ["ShotPlan", "is_plan", "plan_shots", "read", "timeline_of"]
