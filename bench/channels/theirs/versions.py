"""Which of the ancestors are installed here, in one line."""
import platform

import channels
import channels_redis
import daphne
import django
import redis

print(
    f"Python {platform.python_version()}, Django {django.__version__}, channels {channels.__version__},"
    f" channels_redis {channels_redis.__version__}, daphne {daphne.__version__}, redis-py {redis.__version__}"
)
