"""The public desk (公众查询): directory, notices, proofs and the public log, for anyone without signing in.

Reads only `directory.published` and `law`, writes only `directory.intake`.
"""
