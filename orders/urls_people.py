"""Addresses for customers: account, sign-up, campaigns."""

from django.urls import URLPattern, path

from orders.pages import account, campaign

urlpatterns: list[URLPattern] = [
    path("account/", account.account, name="account"),
    path("account/sign-up/", account.sign_up, name="sign-up"),
    path("account/data/", account.my_data, name="my-data"),
    path("account/erase/", account.erase, name="erase"),
    path("campaign/<slug:slug>/", campaign.campaign, name="campaign"),
]
