import Hummingbird
import Mustache
import HTTPTypes
enum WebPlaceholder {}
