"""Known deviations: clauses that a target is known to break, each with a reason.

They excuse nothing from being run. What is listed and broken is shown as such; what is listed
and holds, or was to be mended by now, fails.
"""
