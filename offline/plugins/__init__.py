"""Stand-ins for provider plugins: what all of them share, and those for `random` and `tls`.

The one for AWS is derived from the installed `pulumi_aws` (`offline.aws`). `random` and `tls` have a dozen
resources, whose inputs have hardly changed in years, and what they make up has to be written by hand anyway: their
declarations are tables here, so that no package of the user's program is a dependency of this project.
"""
