from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Optional

from pydantic import BaseModel


class PersonIn(BaseModel):
    id: str
    name: str
    email: Optional[str] = None
    teacher: bool = False


class CourseIn(BaseModel):
    slug: str
    title: str
    teacher: str
    pupils: List[str] = []
    room: Optional[str] = None


class CourseChange(BaseModel):
    title: Optional[str] = None
    room: Optional[str] = None


@dataclass
class Lesson:
    text: str
    homework: Dict[str, Any] = field(default_factory=dict)
    kind: str = "lesson"

    def payload(self) -> Dict[str, Any]:
        return asdict(self)
