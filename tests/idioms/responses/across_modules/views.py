from service import chat


def post(request):
    sent = chat.post(request["channel"], request["user"], request["text"])
    return {"message_id": sent["message"]["id"], "status": 201}


def people(text):
    return [{"id": user["id"], "role": user["role"]} for user in chat.find(text)]


def size(channel_id):
    state = chat.channel(channel_id)
    return len(state.get("members", []))
