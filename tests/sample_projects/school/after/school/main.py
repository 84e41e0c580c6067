from typing import Any, Dict, List

from fastapi import Body, FastAPI, HTTPException
from getstream import StreamApiException

from school import courses, errors, people
from school.chat import chat
from school.models import CourseChange, CourseIn, Lesson, PersonIn

app = FastAPI(title="School")
errors.install(app)


@app.post("/people", status_code=201)
def save_person(person: PersonIn):
    return people.save(person)


@app.put("/people")
def save_people(persons: List[PersonIn]) -> Dict[str, Any]:
    return people.save_all(persons)


@app.get("/people")
def search_people(search: str):
    return people.search(search)


@app.get("/people/{person_id}")
def show_person(person_id: str):
    found = people.find(person_id)
    if found is None:
        raise HTTPException(404, "nobody")
    return {"person": found, "banned": found.get("banned", False)}


@app.post("/courses", status_code=201)
def open_course(course: CourseIn):
    opened = courses.open_course(course)
    return {"course": opened["channel"], "members": opened["members"]}


@app.get("/courses")
async def list_courses(person: str):
    return {"courses": courses.courses_of(person)}


@app.get("/courses/{slug}")
def show_course(slug: str):
    return courses.course(slug)


@app.post("/courses/{slug}/lessons", status_code=201)
def add_lesson(slug: str, author: str = Body(), text: str = Body(), homework: Dict[str, Any] = Body(default={})):
    return courses.teach(slug, author, Lesson(text, homework))


@app.patch("/courses/{slug}", status_code=204)
def change_course(slug: str, changes: CourseChange) -> None:
    courses.change(slug, changes)


@app.delete("/courses/{slug}/pupils/{pupil}", status_code=204)
def leave_course(slug: str, pupil: str) -> None:
    courses.leave(slug, pupil)


@app.delete("/lessons/{message_id}", status_code=204)
def remove_lesson(message_id: str) -> None:
    try:
        chat.client.chat.delete_message(id=message_id, hard=True)
    except StreamApiException as error:
        if error.status_code != 404:
            raise
