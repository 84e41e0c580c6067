from typing import Any, Dict, List

from school.chat import chat
from school.models import CourseChange, CourseIn, Lesson


def summary(entry: Dict[str, Any]) -> Dict[str, Any]:
    channel = entry["channel"]
    messages = entry.get("messages") or [{}]
    return {
        "slug": channel["id"],
        "title": channel.get("title", "Untitled"),
        "opened": channel["created_at"],
        "pupils": len(entry.get("members", [])),
        "last": messages[-1].get("text", ""),
    }


def open_course(course: CourseIn) -> Dict[str, Any]:
    data = {"title": course.title, "members": [course.teacher, *course.pupils]}
    if course.room:
        data["room"] = course.room
    channel = chat.client.channel("classroom", course.slug, data)
    return channel.create(course.teacher)


def courses_of(person: str) -> List[Dict[str, Any]]:
    response = chat.client.query_channels(
        {"type": "classroom", "members": {"$in": [person]}}, sort=[{"last_message_at": -1}], limit=20
    )
    return [summary(entry) for entry in response["channels"]]


def course(slug: str) -> Dict[str, Any]:
    return summary(chat.course(slug).query(messages={"limit": 1}))


def teach(slug: str, author: str, lesson: Lesson) -> Dict[str, Any]:
    return chat.course(slug).send_message(lesson.payload(), author)


def change(slug: str, changes: CourseChange) -> None:
    chat.course(slug).update_partial(changes.model_dump(exclude_none=True))


def leave(slug: str, pupil: str) -> None:
    chat.course(slug).remove_members([pupil])
