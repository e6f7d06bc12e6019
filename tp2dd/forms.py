from django import forms

from opd.forms import DayInput, Sentence


class DashboardFilter(Sentence):
    """The dashboard's filter sentence."""

    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    titik = forms.IntegerField(label="titik", required=False, min_value=1)
