from django.apps import AppConfig


class ScratchConfig(AppConfig):
    name = "messaging.tests.scratch"
    label = "scratch"
