from typing import Any, Dict, List

from getstream.models import ChannelInput, MessagePaginationParams, MessageRequest, SortParamRequest

from school.chat import chat
from school.models import CourseChange, CourseIn, Lesson
from school.stream_compat import as_v1, from_v1


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
    channel = chat.client.chat.channel("classroom", course.slug)
    return as_v1(
        channel.get_or_create(data=from_v1(ChannelInput, {**data, "created_by": {"id": course.teacher}}), state=False),
    )


def courses_of(person: str) -> List[Dict[str, Any]]:
    response = as_v1(
        chat.client.chat.query_channels(
            filter_conditions={"type": "classroom", "members": {"$in": [person]}},
            sort=[SortParamRequest(field="last_message_at", direction=-1)],
            limit=20,
            state=True,
        ),
    )
    return [summary(entry) for entry in response["channels"]]


def course(slug: str) -> Dict[str, Any]:
    return summary(as_v1(chat.course(slug).get_or_create(messages=MessagePaginationParams(limit=1), state=True)))


def teach(slug: str, author: str, lesson: Lesson) -> Dict[str, Any]:
    return as_v1(
        chat.course(slug).send_message(message=from_v1(MessageRequest, {**lesson.payload(), "user": {"id": author}})),
    )


def change(slug: str, changes: CourseChange) -> None:
    chat.course(slug).update_channel_partial(set=changes.model_dump(exclude_none=True))


def leave(slug: str, pupil: str) -> None:
    chat.course(slug).update(remove_members=[pupil])
