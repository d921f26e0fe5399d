"""Reports of a run in the forms that others read: test runners, code hosts and people."""
