"""The operator's desk (运行管理): is the system well, which law is active here, what was added to it, who did what.

An operator runs the system and decides nothing about mines; a decider makes an edition the law after seeing who flips.
"""
