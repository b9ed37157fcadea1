-- Which release this is.
from build_info;
